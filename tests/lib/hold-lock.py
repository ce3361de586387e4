"""Holds the migration lock of a SQLite database as another program would: hold-lock.py FILE"""
import fcntl
import os
import sys
import time

fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o666)
fcntl.flock(fd, fcntl.LOCK_EX)
open("held", "w").close()
time.sleep(60)
