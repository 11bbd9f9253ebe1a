remote.o: agent/git/remote.c agent/git/remote.h agent/git/git.h

agent/git/remote.h:

agent/git/git.h:
