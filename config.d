config.o: agent/commands/config.c agent/commands/config.h \
  agent/commands/file.h agent/commands/../base/text.h \
  agent/commands/command.h agent/commands/config_text.h \
  agent/commands/../base/say.h agent/commands/../render/look_build.h \
  agent/commands/../render/layout.h agent/commands/../render/gradient.h \
  agent/commands/../render/../base/text.h \
  agent/commands/../render/theme.h agent/commands/../render/render.h \
  agent/commands/../render/../../shm/tacho.h \
  agent/commands/../render/facts.h agent/commands/../render/segments.h \
  agent/commands/../render/line.h agent/commands/../serve/config.h \
  agent/commands/../serve/../meter/weights.h \
  agent/commands/../serve/../render/render.h

agent/commands/config.h:

agent/commands/file.h:

agent/commands/../base/text.h:

agent/commands/command.h:

agent/commands/config_text.h:

agent/commands/../base/say.h:

agent/commands/../render/look_build.h:

agent/commands/../render/layout.h:

agent/commands/../render/gradient.h:

agent/commands/../render/../base/text.h:

agent/commands/../render/theme.h:

agent/commands/../render/render.h:

agent/commands/../render/../../shm/tacho.h:

agent/commands/../render/facts.h:

agent/commands/../render/segments.h:

agent/commands/../render/line.h:

agent/commands/../serve/config.h:

agent/commands/../serve/../meter/weights.h:

agent/commands/../serve/../render/render.h:
