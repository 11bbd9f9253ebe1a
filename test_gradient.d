test_gradient.o: tests/unit/test_gradient.c \
  tests/unit/../../agent/base/text.h \
  tests/unit/../../agent/render/gradient.h \
  tests/unit/../../agent/render/../base/text.h \
  tests/unit/../../agent/render/theme.h \
  tests/unit/../../agent/render/render.h \
  tests/unit/../../agent/render/../../shm/tacho.h \
  tests/unit/../../agent/render/facts.h \
  tests/unit/../../agent/render/ground.h \
  tests/unit/../../agent/render/look_build.h \
  tests/unit/../../agent/render/layout.h \
  tests/unit/../../agent/render/segments.h \
  tests/unit/../../agent/render/line.h tests/unit/suite.h

tests/unit/../../agent/base/text.h:

tests/unit/../../agent/render/gradient.h:

tests/unit/../../agent/render/../base/text.h:

tests/unit/../../agent/render/theme.h:

tests/unit/../../agent/render/render.h:

tests/unit/../../agent/render/../../shm/tacho.h:

tests/unit/../../agent/render/facts.h:

tests/unit/../../agent/render/ground.h:

tests/unit/../../agent/render/look_build.h:

tests/unit/../../agent/render/layout.h:

tests/unit/../../agent/render/segments.h:

tests/unit/../../agent/render/line.h:

tests/unit/suite.h:
