"""The page's pure modules, run in the browser without a server: text to nodes, completions, checks of forms."""

from typing import Any

import pytest
from playwright.sync_api import Page

RENDER = """async ([module, call, source]) => {
  const {[call]: render} = await import(`/js/blocks/${module}.js`);
  const people = {U1: "Robin", U2: "*Sasha* <b>"};
  const names = {me: "U1", user: (id) => people[id] ?? null, channel: (id) => ({C1: "photos"})[id] ?? null};
  const out = document.querySelector("#out");
  out.replaceChildren(...[render(source, names)].flat());
  return out.innerHTML;
}"""

DANGERS = """() => {
  const ALLOWED = ["span", "a", "strong", "em", "s", "u", "code", "pre", "br", "hr", "blockquote", "p", "ul", "ol",
    "li", "div", "table", "thead", "tbody", "tr", "th", "td"];
  const out = document.querySelector("#out");
  const all = [...out.querySelectorAll("*")];
  return {
    hit: window.hit ?? null,
    tags: all.map((node) => node.localName).filter((name) => !ALLOWED.includes(name)),
    handlers: all.flatMap((node) => node.getAttributeNames()).filter((name) =>
      name.startsWith("on") || ["style", "src", "srcdoc"].includes(name)),
    links: [...out.querySelectorAll("a")].filter((node) =>
      !["http:", "https:", "mailto:"].includes(node.protocol) || !node.rel.includes("noopener")).length,
  };
}"""

HARMLESS: dict[str, Any] = {"hit": None, "tags": [], "handlers": [], "links": 0}


def rendered(page: Page, source: Any, module: str = "mrkdwn", call: str = "mrkdwn") -> str:
    html: str = page.evaluate(RENDER, [module, call, source])
    return html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*bold* _it_ ~st~ `code`", '<strong>bold</strong> <em>it</em> <s>st</s> <code class="code">code</code>'),
        ("*_both_* and *a b*", "<strong><em>both</em></strong> and <strong>a b</strong>"),
        ("2*3*4 snake_case_name a~b~c", "2*3*4 snake_case_name a~b~c"),
        ("* not bold * _ nor _ **", "* not bold * _ nor _ **"),
        ("(*in brackets*), *end*.", "(<strong>in brackets</strong>), <strong>end</strong>."),
        ("`*no* marks <https://a.example|in> code`", '<code class="code">*no* marks in code</code>'),
        ("a\nb\n", "a<br>b<br>"),
        ("a\n```\nx < y &amp; *z*\n```\nb", 'a<pre class="pre">x &lt; y &amp; *z*</pre>b'),
        ("&gt; one\n&gt; *two*\nthree", '<blockquote class="quote">one<br><strong>two</strong></blockquote>three'),
        (">>> all\nthe rest", '<blockquote class="quote">all<br>the rest</blockquote>'),
        ("&lt;b&gt; &amp;amp; &quot; &copy;", "&lt;b&gt; &amp;amp; &amp;quot; &amp;copy;"),
        ("<@U1>", '<span class="mention mention-me">@Robin</span>'),
        (
            "<@U2> <@U9|gone> <@U8>",
            (
                '<span class="mention">@*Sasha* &lt;b&gt;</span> <span class="mention">@gone</span> '
                '<span class="mention">@U8</span>'
            ),
        ),
        ("<#C1|old> <#C2|other>", '<span class="mention">#photos</span> <span class="mention">#other</span>'),
        (
            "<!here> <!subteam^S1|@cooks>",
            '<span class="mention mention-me">@here</span> <span class="mention mention-me">@cooks</span>',
        ),
        ("<!date^0^{date_num}|then> <!date^nonsense^{date}|then>", "1970-01-01 then"),
        ("at 10:30:45 and :nosuchemoji:", "at 10:30:45 and :nosuchemoji:"),
        ("&lt;@U1&gt;", "&lt;@U1&gt;"),
        ("<@U1", "&lt;@U1"),
    ],
)
def test_mrkdwn_is_read_as_slack_reads_it(modules: Page, source: str, html: str) -> None:
    assert rendered(modules, source) == html


def test_emoji_carry_their_name(modules: Page) -> None:
    html = rendered(modules, ":tada: :+1::skin-tone-3:")
    assert 'aria-label="tada"' in html
    assert "🎉" in html
    assert "👍" in html


def test_a_link_opens_elsewhere_without_a_way_back(modules: Page) -> None:
    assert rendered(modules, "<https://a.example/x?y=1&amp;z=2|label>") == (
        '<a class="link" href="https://a.example/x?y=1&amp;z=2" target="_blank" rel="noopener noreferrer">label</a>'
    )


ATTACKS = [
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=1</script>",
    "&lt;img src=x onerror=window.hit=1&gt;",
    "&amp;lt;script&amp;gt;window.hit=1",
    "<svg/onload=window.hit=1>",
    "<javascript:window.hit=1|click>",
    "<JaVaScRiPt:window.hit=1>",
    "<java\tscript:window.hit=1|tab>",
    "<\u0001javascript:window.hit=1|control>",
    "<data:text/html,<script>window.hit=1</script>|data>",
    "<vbscript:msgbox|vb>",
    "<file:///etc/passwd|file>",
    "<blob:https://a.example/1|blob>",
    "<//a.example|no scheme>",
    '<https://a.example/" onmouseover="window.hit=1|quote>',
    '<https://a.example|"><img src=x onerror=window.hit=1>>',
    "*<img src=x onerror=window.hit=1>*",
    "```<img src=x onerror=window.hit=1>```",
    "`<img src=x onerror=window.hit=1>`",
    "> <iframe srcdoc=x>",
    "<@U1|<img src=x onerror=window.hit=1>>",
    '<@"><img src=x onerror=window.hit=1>',
    "<#C9|<b>x</b>>",
    "<!date^1^{date}^javascript:window.hit=1|x>",
    "<!date^1^<img src=x onerror=window.hit=1>|x>",
    "<!constructor|x> <@__proto__> :constructor: :__proto__:",
    "[x](javascript:window.hit=1) ![x](javascript:window.hit=1)",
    "[<img src=x onerror=window.hit=1>](https://a.example)",
    "| a |\n| - |\n| <img src=x onerror=window.hit=1> |",
    "# <img src=x onerror=window.hit=1>",
    "*" * 3000,
    "*a _b ~c " * 400,
    "<" * 3000 + ">" * 3000,
    "> " * 2000,
    "[" * 2000 + "](",
]


@pytest.mark.parametrize("source", ATTACKS, ids=range(len(ATTACKS)))
@pytest.mark.parametrize(("module", "call"), [("mrkdwn", "mrkdwn"), ("markdown", "markdown")])
def test_text_never_becomes_html(modules: Page, module: str, call: str, source: str) -> None:
    rendered(modules, source, module, call)
    assert modules.evaluate(DANGERS) == HARMLESS


def test_rich_text_never_becomes_html(modules: Page) -> None:
    words = "<img src=x onerror=window.hit=1>"
    elements = [
        {"type": "text", "text": words, "style": {"bold": True, "code": True}},
        {"type": "link", "url": "javascript:window.hit=1", "text": words},
        {"type": "link", "url": "https://a.example", "text": words},
        {"type": "user", "user_id": words},
        {"type": "broadcast", "range": words},
        {"type": "emoji", "name": words},
        {"type": "date", "timestamp": 1, "format": words},
        {"type": words},
    ]
    block = {
        "elements": [
            {
                "type": "rich_text_list",
                "style": "ordered",
                "offset": 2,
                "elements": [{"type": "rich_text_section", "elements": elements}],
            }
        ]
    }
    html = rendered(modules, block, "richtext", "richText")
    assert modules.evaluate(DANGERS) == HARMLESS
    assert html.count("&lt;img src=x") == len(elements)
    assert '<ol class="rich-list indent-0" start="3" dir="auto">' in html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (
            "# T\n\nA **b** *c* ~~d~~ `e`",
            (
                '<p class="md-heading md-heading-1">T</p><p class="md-paragraph">A <strong>b</strong> <em>c</em> '
                '<s>d</s> <code class="code">e</code></p>'
            ),
        ),
        (
            "- a\n- [x] b\n\n1. c",
            '<ul class="rich-list"><li>a</li><li>☑ b</li></ul><ol class="rich-list"><li>c</li></ol>',
        ),
        ("```py\na < b\n```", '<pre class="pre">a &lt; b</pre>'),
        ("> q\n> r\n\n---", '<blockquote class="quote">q<br>r</blockquote><hr>'),
        ("snake_case_name 2 * 3 * 4", '<p class="md-paragraph">snake_case_name 2 * 3 * 4</p>'),
    ],
)
def test_the_markdown_block(modules: Page, source: str, html: str) -> None:
    assert rendered(modules, source, "markdown", "markdown") == html


@pytest.mark.parametrize("name", ["innerHTML", "outerHTML", "style", "srcdoc", "onclick"])
def test_the_builder_of_nodes_refuses_html_styles_and_handlers_in_words(modules: Page, name: str) -> None:
    refused = modules.evaluate(
        """async (name) => {
          const {h} = await import("/js/dom/dom.js");
          try { h("div", {[name]: "alert(1)"}); return false; } catch (error) { return error instanceof TypeError; }
        }""",
        name,
    )
    assert refused is True


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("/client/file/F1", True),
        ("data:image/png;base64,AAAA", True),
        ("https://elsewhere.example/x.png", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("", False),
        (None, False),
    ],
)
def test_pictures_come_from_this_server_only(modules: Page, url: str | None, allowed: bool) -> None:
    shown = modules.evaluate("async (url) => (await import('/js/dom/dom.js')).safeImage(url)", url)
    assert (shown is not None) is allowed


STORE = """const {Store} = await import("/js/state/store.js");
  const store = new Store();
  const users = [{id: "U1", name: "robin", display_name: "Robin"},
    {id: "U2", name: "sasha", display_name: "Sasha (a+b)"}];
  store.load({me: {id: "U1", name: "robin"}, users,
    channels: [{id: "C1", name: "photos"}, {id: "D1", name: "", is_im: true, user: "U2"}], app: {name: "App"},
    commands: [{command: "/enroll", description: "d", usage_hint: "name"},
      {command: "/facesearch", description: "d"}]});"""


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("hi @Robin, @sasha (a+b) and @sasha", "hi <@U1>, <@U2> and <@U2>"),
        ("#photos #photosx mail@Robin @here", "<#C1> #photosx mail@Robin <!here>"),
        ("`@Robin` ```@Robin``` <b> & *x*", "`@Robin` ```@Robin``` <b> & *x*"),
        ("@Robinson @nobody", "@Robinson @nobody"),
    ],
)
def test_names_become_ids_and_all_else_stays_as_typed(modules: Page, typed: str, sent: str) -> None:
    script = f"async (text) => {{ {STORE} return (await import('/js/composer/typed.js')).withIds(text, store); }}"
    assert modules.evaluate(script, typed) == sent


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/", ["/enroll ", "/facesearch "]),
        ("/f", ["/facesearch "]),
        ("/roll", ["/enroll "]),
        ("/enroll ", None),
        ("say /en", None),
        ("@sa", ["@Sasha (a+b) "]),
        ("x@sa", None),
        ("see #ph", ["#photos "]),
        (":tad", [":tada: "]),
        (":t", None),
    ],
)
def test_what_can_be_completed(modules: Page, typed: str, offered: list[str] | None) -> None:
    script = f"""async (text) => {{ {STORE}
      const found = (await import("/js/composer/commands.js")).completionsAt(text, text.length, store, false);
      return found && found.items.map((item) => item.insert);
    }}"""
    assert modules.evaluate(script, typed) == offered


def test_what_happens_while_messages_are_fetched_is_not_lost(modules: Page) -> None:
    script = f"""async () => {{ {STORE}
      const {{MessageList}} = await import("/js/conversation/messages.js");
      const list = new MessageList({{store, api: null, channel: "C1", label: "", openThread() {{}}, zoom() {{}}}});
      const said = (ts, text) => ({{type: "message", ts, text, user: "U1"}});
      list.load([said("1.0", "old")]);
      list.asked();
      list.upsert(said("3.0", "meanwhile"));
      list.remove("2.0");
      list.load([said("1.0", "old"), said("2.0", "deleted")]);
      return ["1.0", "2.0", "3.0"].map((ts) => list.get(ts)?.text ?? null).concat(list.count);
    }}"""
    assert modules.evaluate(script) == ["old", None, "meanwhile", 2]


def test_no_commands_are_offered_in_a_thread(modules: Page) -> None:
    script = f"""async () => {{ {STORE}
      return (await import("/js/composer/commands.js")).completionsAt("/", 1, store, true);
    }}"""
    assert modules.evaluate(script) is None


def test_an_example_is_for_whom_the_samples_show(modules: Page) -> None:
    shown = modules.evaluate(
        """async () => {
          const { exampleText, someoneIn } = await import('/js/conversation/tryit.js');
          const name = someoneIn([{ label: "Barack Obama 1" }, { label: "Six people" }]);
          return [exampleText("alice", name), exampleText("help | enroll alice", name), someoneIn([])];
        }"""
    )
    assert shown == ["Barack Obama", "help", "alice"]


@pytest.mark.parametrize(
    ("hint", "example"),
    [
        ("name", "alice"),
        ("[name]", "alice"),
        ("<person> and photos", "alice"),
        ("@member", "alice"),
        ("alice", "alice"),
        ("help | people", "help"),
        ("", ""),
    ],
)
def test_a_usage_hint_becomes_an_example(modules: Page, hint: str, example: str) -> None:
    assert (
        modules.evaluate("async (hint) => (await import('/js/conversation/tryit.js')).exampleText(hint)", hint)
        == example
    )


@pytest.mark.parametrize(
    ("element", "value", "words"),
    [
        ({"type": "plain_text_input"}, {"value": ""}, "required"),
        ({"type": "plain_text_input", "min_length": 3}, {"value": "ab"}, "at least 3"),
        ({"type": "plain_text_input", "max_length": 2}, {"value": "🙂🙂🙂"}, "at most 2 characters; these are 3"),
        ({"type": "number_input"}, {"value": "1.5"}, "whole number"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "100"}, {"value": "100.5"}, "100 or less"),
        ({"type": "number_input"}, {"value": "1e3"}, "a number"),
        ({"type": "email_text_input"}, {"value": "a@b"}, "email"),
        ({"type": "url_text_input"}, {"value": "javascript:x"}, "web address"),
        ({"type": "file_input"}, {"files": []}, "required"),
        ({"type": "checkboxes"}, {"selected_options": []}, "required"),
        ({"type": "static_select"}, {"selected_option": None}, "required"),
        ({"type": "static_select"}, {"selected_option": {"value": "a"}}, None),
        ({"type": "number_input", "min_value": "0"}, {"value": "99"}, None),
        ({"type": "file_input"}, {"files": [{"id": "F1"}]}, None),
    ],
)
def test_what_slack_refuses_before_it_submits(
    modules: Page, element: dict[str, Any], value: dict[str, Any], words: str | None
) -> None:
    script = """async ([element, value]) => {
      const {FormState, check} = await import("/js/blocks/form.js");
      const state = new FormState();
      state.set("b", "a", value);
      return check([{type: "input", block_id: "b", element: {...element, action_id: "a"}}, {type: "divider"}], state);
    }"""
    errors = modules.evaluate(script, [element, value])
    assert set(errors) == ({"b"} if words else set())
    assert words is None or words in errors["b"]
