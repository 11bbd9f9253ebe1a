screen.o: agent/editor/screen.c agent/editor/screen.h \
  agent/editor/draft.h agent/editor/../commands/file.h \
  agent/editor/../commands/../base/text.h \
  agent/editor/../render/layout.h agent/editor/../render/gradient.h \
  agent/editor/../render/../base/text.h agent/editor/../render/theme.h \
  agent/editor/../render/render.h \
  agent/editor/../render/../../shm/tacho.h \
  agent/editor/../render/facts.h agent/editor/../render/segments.h \
  agent/editor/../render/line.h agent/editor/preview.h \
  agent/editor/../base/text.h

agent/editor/screen.h:

agent/editor/draft.h:

agent/editor/../commands/file.h:

agent/editor/../commands/../base/text.h:

agent/editor/../render/layout.h:

agent/editor/../render/gradient.h:

agent/editor/../render/../base/text.h:

agent/editor/../render/theme.h:

agent/editor/../render/render.h:

agent/editor/../render/../../shm/tacho.h:

agent/editor/../render/facts.h:

agent/editor/../render/segments.h:

agent/editor/../render/line.h:

agent/editor/preview.h:

agent/editor/../base/text.h:
