"""A local Slack workspace to try an app in: Web API, Socket Mode, and a page in the browser."""
