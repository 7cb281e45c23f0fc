"""Runs a command and writes its peak resident bytes: peak.py FILE COMMAND...

A process begins with the peak of the one that started it, so a small one must do that, not one with data in memory.
"""
import os
import resource
import sys

process = os.fork()
if process == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
_, status = os.waitpid(process, 0)
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024))
sys.exit(os.waitstatus_to_exitcode(status) and 1)
