"""The version of Facesearch, of the bot and of the engine alike: this is the one place that has it."""

VERSION = "1.0.0"
