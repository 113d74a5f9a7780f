"""What each command of the command line does; every one returns an exit code."""
