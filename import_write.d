import_write.o: agent/commands/import_write.c agent/commands/import.h \
  agent/commands/../base/text.h agent/commands/config_text.h \
  agent/commands/../render/look_build.h \
  agent/commands/../render/layout.h agent/commands/../render/gradient.h \
  agent/commands/../render/../base/text.h \
  agent/commands/../render/theme.h agent/commands/../render/render.h \
  agent/commands/../render/../../shm/tacho.h \
  agent/commands/../render/facts.h agent/commands/../render/segments.h \
  agent/commands/../render/line.h agent/commands/../render/look_parts.h \
  agent/commands/../render/segments_draw.h \
  agent/commands/../render/segments.def agent/commands/import_names.def

agent/commands/import.h:

agent/commands/../base/text.h:

agent/commands/config_text.h:

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

agent/commands/../render/look_parts.h:

agent/commands/../render/segments_draw.h:

agent/commands/../render/segments.def:

agent/commands/import_names.def:
