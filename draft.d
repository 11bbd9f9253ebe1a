draft.o: agent/editor/draft.c agent/editor/draft.h \
  agent/editor/../commands/file.h \
  agent/editor/../commands/../base/text.h \
  agent/editor/../render/layout.h agent/editor/../render/gradient.h \
  agent/editor/../render/../base/text.h agent/editor/../render/theme.h \
  agent/editor/../render/render.h \
  agent/editor/../render/../../shm/tacho.h \
  agent/editor/../render/facts.h agent/editor/../render/segments.h \
  agent/editor/../render/line.h agent/editor/../base/memory.h \
  agent/editor/../base/say.h agent/editor/../commands/config.h \
  agent/editor/../commands/config_text.h \
  agent/editor/../render/look_build.h

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

agent/editor/../base/memory.h:

agent/editor/../base/say.h:

agent/editor/../commands/config.h:

agent/editor/../commands/config_text.h:

agent/editor/../render/look_build.h:
