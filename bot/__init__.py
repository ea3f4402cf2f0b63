"""The running program: settings, wiring, transports, command line."""
