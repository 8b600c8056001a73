"""Runs a command in a terminal of its own, types what stands on standard input once it has asked, and ends with its exit code."""
import os
import pty
import sys

status = pty.spawn(sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(status))
