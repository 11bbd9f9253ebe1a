test_remote.o: tests/unit/test_remote.c \
  tests/unit/../../agent/git/remote.h tests/unit/../../agent/git/git.h \
  tests/unit/suite.h

tests/unit/../../agent/git/remote.h:

tests/unit/../../agent/git/git.h:

tests/unit/suite.h:
