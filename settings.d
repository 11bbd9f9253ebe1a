settings.o: agent/git/settings.c agent/git/settings.h agent/git/file.h \
  agent/git/../base/text.h agent/git/git.h agent/git/library_calls.h \
  agent/git/library.h agent/git/place.h agent/git/remote.h

agent/git/settings.h:

agent/git/file.h:

agent/git/../base/text.h:

agent/git/git.h:

agent/git/library_calls.h:

agent/git/library.h:

agent/git/place.h:

agent/git/remote.h:
