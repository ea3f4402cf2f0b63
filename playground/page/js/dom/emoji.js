/** Emoji by Slack's names: a few hundred common ones, skin tones left aside. */

const GROUPS = {
  Smileys: `grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 sweat_smile 😅 rolling_on_the_floor_laughing 🤣 joy 😂
    slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 smiling_face_with_3_hearts 🥰 heart_eyes 😍
    star-struck 🤩 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 stuck_out_tongue_winking_eye 😜 zany_face 🤪 money_mouth_face 🤑
    hugging_face 🤗 face_with_hand_over_mouth 🤭 shushing_face 🤫 thinking_face 🤔 zipper_mouth_face 🤐 face_with_raised_eyebrow 🤨
    neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌
    pensive 😔 sleepy 😪 sleeping 😴 mask 😷 face_with_thermometer 🤒 nauseated_face 🤢 sneezing_face 🤧 dizzy_face 😵
    exploding_head 🤯 face_with_cowboy_hat 🤠 partying_face 🥳 sunglasses 😎 nerd_face 🤓 face_with_monocle 🧐 confused 😕
    worried 😟 slightly_frowning_face 🙁 open_mouth 😮 hushed 😯 astonished 😲 flushed 😳 pleading_face 🥺 frowning 😦
    anguished 😧 fearful 😨 cold_sweat 😰 disappointed_relieved 😥 cry 😢 sob 😭 scream 😱 disappointed 😞 sweat 😓 weary 😩
    tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡 angry 😠 smiling_imp 😈 skull 💀 poop 💩 clown_face 🤡 ghost 👻 alien 👽
    robot_face 🤖 smiley_cat 😺 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 wave 👋 raised_hand ✋ spock-hand 🖖 ok_hand 👌
    pinched_fingers 🤌 v ✌️ crossed_fingers 🤞 the_horns 🤘 call_me_hand 🤙 point_left 👈 point_right 👉 point_up_2 👆
    point_down 👇 point_up ☝️ +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 clap 👏 raised_hands 🙌 open_hands 👐
    palms_up_together 🤲 handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 ear 👂 nose 👃 brain 🧠 eyes 👀 eye 👁️ tongue 👅
    baby 👶 child 🧒 boy 👦 girl 👧 adult 🧑 man 👨 woman 👩 older_man 👴 older_woman 👵 bust_in_silhouette 👤
    busts_in_silhouette 👥 speaking_head_in_silhouette 🗣️ footprints 👣 shrug 🤷 facepalm 🤦 family 👪 detective 🕵️`,
  Nature: `dog 🐶 cat 🐱 mouse 🐭 hamster 🐹 rabbit 🐰 fox_face 🦊 bear 🐻 panda_face 🐼 koala 🐨 tiger 🐯 lion_face 🦁 cow 🐮
    pig 🐷 frog 🐸 monkey_face 🐵 chicken 🐔 penguin 🐧 bird 🐦 owl 🦉 bee 🐝 bug 🐛 butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍
    octopus 🐙 fish 🐟 dolphin 🐬 whale 🐳 bouquet 💐 cherry_blossom 🌸 rose 🌹 sunflower 🌻 tulip 🌷 seedling 🌱
    evergreen_tree 🌲 deciduous_tree 🌳 palm_tree 🌴 cactus 🌵 herb 🌿 four_leaf_clover 🍀 maple_leaf 🍁 mushroom 🍄
    earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 new_moon 🌑 full_moon 🌕 crescent_moon 🌙 sunny ☀️ partly_sunny ⛅ cloud ☁️
    rain_cloud 🌧️ thunder_cloud_and_rain ⛈️ snowflake ❄️ zap ⚡ fire 🔥 droplet 💧 ocean 🌊 rainbow 🌈 star ⭐ star2 🌟
    sparkles ✨ dizzy 💫 boom 💥`,
  Food: `apple 🍎 pear 🍐 tangerine 🍊 lemon 🍋 banana 🍌 watermelon 🍉 grapes 🍇 strawberry 🍓 cherries 🍒 peach 🍑 pineapple 🍍
    avocado 🥑 tomato 🍅 carrot 🥕 corn 🌽 bread 🍞 croissant 🥐 cheese_wedge 🧀 egg 🥚 bacon 🥓 hamburger 🍔 fries 🍟 pizza 🍕
    taco 🌮 burrito 🌯 ramen 🍜 sushi 🍣 rice 🍚 icecream 🍦 doughnut 🍩 cookie 🍪 birthday 🎂 cake 🍰 chocolate_bar 🍫 candy 🍬
    honey_pot 🍯 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 cocktail 🍸 champagne 🍾`,
  Activity: `soccer ⚽ basketball 🏀 tennis 🎾 trophy 🏆 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 medal 🏅
    dart 🎯 video_game 🎮 game_die 🎲 jigsaw 🧩 art 🎨 musical_note 🎵 guitar 🎸 microphone 🎤 headphones 🎧 clapper 🎬 tada 🎉
    confetti_ball 🎊 balloon 🎈 gift 🎁 ticket 🎫 car 🚗 taxi 🚕 bus 🚌 bike 🚲 train 🚆 airplane ✈️ rocket 🚀 ship 🚢 anchor ⚓
    construction 🚧 vertical_traffic_light 🚦 house 🏠 office 🏢 school 🏫 hospital 🏥 world_map 🗺️ tent ⛺ mountain ⛰️
    sunrise 🌅 bridge_at_night 🌉`,
  Objects: `watch ⌚ iphone 📱 computer 💻 keyboard ⌨️ desktop_computer 🖥️ printer 🖨️ camera 📷 camera_with_flash 📸
    video_camera 📹 movie_camera 🎥 tv 📺 frame_with_picture 🖼️ selfie 🤳 battery 🔋 electric_plug 🔌 bulb 💡 flashlight 🔦
    moneybag 💰 credit_card 💳 gem 💎 scales ⚖️ wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ gear ⚙️ link 🔗 paperclip 📎
    scissors ✂️ pushpin 📌 round_pushpin 📍 triangular_ruler 📐 pencil 📝 memo 📝 pencil2 ✏️ mag 🔍 mag_right 🔎 lock 🔒
    unlock 🔓 key 🔑 shield 🛡️ hourglass ⌛ hourglass_flowing_sand ⏳ alarm_clock ⏰ stopwatch ⏱️ calendar 📅 date 📅
    spiral_calendar_pad 🗓️ file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ clipboard 📋 bar_chart 📊
    chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 page_facing_up 📄 newspaper 📰 book 📖 books 📚 bookmark 🔖
    label 🏷️ envelope ✉️ email 📧 inbox_tray 📥 outbox_tray 📤 package 📦 mailbox 📫 wastebasket 🗑️ bell 🔔 no_bell 🔕
    loudspeaker 📢 mega 📣 telephone ☎️ satellite_antenna 📡 microscope 🔬 telescope 🔭 test_tube 🧪 dna 🧬 pill 💊 door 🚪
    crystal_ball 🔮 broom 🧹 id 🆔`,
  Symbols: `heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍
    broken_heart 💔 sparkling_heart 💖 100 💯 white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌
    negative_squared_cross_mark ❎ heavy_plus_sign ➕ heavy_minus_sign ➖ question ❓ grey_question ❔ exclamation ❗
    heavy_exclamation_mark ❗ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 recycle ♻️ information_source ℹ️
    arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrows_counterclockwise 🔄 repeat 🔁 leftwards_arrow_with_hook ↩️
    rewind ⏪ fast_forward ⏩ double_vertical_bar ⏸️ arrow_forward ▶️ new 🆕 up 🆙 cool 🆒 free 🆓 ok 🆗 sos 🆘 zzz 💤
    speech_balloon 💬 thought_balloon 💭 red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢
    large_blue_circle 🔵 large_purple_circle 🟣 white_circle ⚪ black_circle ⚫ red_square 🟥 large_green_square 🟩
    large_orange_diamond 🔶 large_blue_diamond 🔷 small_blue_diamond 🔹 small_orange_diamond 🔸 zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣
    five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 hash #️⃣ checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️
    waving_white_flag 🏳️ crossed_flags 🎌`,
};

/** @typedef {{name: string, char: string, group: string}} Emoji */

/** @returns {Emoji[]} */
function readTable() {
  return Object.entries(GROUPS).flatMap(([group, text]) => {
    const words = text.trim().split(/\s+/);
    return words.flatMap((word, at) => (at % 2 === 0 ? [{ name: word, char: words[at + 1], group }] : []));
  });
}

/** All emoji, in picker order. */
const EMOJI = Object.freeze(readTable());

const BY_NAME = new Map(EMOJI.map((emoji) => [emoji.name, emoji.char]));

/**
 * The character of a name such as "tada" or "+1::skin-tone-2", or null.
 * @param {string} name
 * @returns {string|null}
 */
export function emojiChar(name) {
  return BY_NAME.get(name.replace(/::skin-tone-\d$/, "")) ?? null;
}

/**
 * Emoji whose name holds the words, those that begin with it first.
 * @param {string} query
 * @param {number} limit
 * @returns {Emoji[]}
 */
export function findEmoji(query, limit) {
  const wanted = query.toLowerCase();
  const hits = EMOJI.filter((emoji) => emoji.name.includes(wanted));
  hits.sort((a, b) => Number(b.name.startsWith(wanted)) - Number(a.name.startsWith(wanted)));
  return hits.slice(0, limit);
}
