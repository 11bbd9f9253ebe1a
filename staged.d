staged.o: agent/git/staged.c agent/git/staged.h agent/git/index.h \
  agent/git/file.h agent/git/../base/text.h agent/git/library_calls.h \
  agent/git/library.h agent/git/../base/memory.h \
  agent/git/../base/zone.h

agent/git/staged.h:

agent/git/index.h:

agent/git/file.h:

agent/git/../base/text.h:

agent/git/library_calls.h:

agent/git/library.h:

agent/git/../base/memory.h:

agent/git/../base/zone.h:
