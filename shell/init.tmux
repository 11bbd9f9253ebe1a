# Tacho's line in tmux's status bar, on the right. In ~/.tmux.conf:   run-shell 'tacho init tmux | tmux source-file -'
#
# @tacho is the line of the directory that a pane's shell is in; `#{E:@tacho}` shows it wherever a format may stand. A
# directory's name never comes into the command, in which a shell would run it. Safe to source again.
set -g @tacho @TACHO_TMUX@
if -F '#{m:*E:@tacho*,#{status-right}}' '' "set -ag status-right ' #{E:@tacho}'"

# What tmux has by default is too short for a line.
if -F '#{==:#{status-right-length},40}' 'set -g status-right-length 120'
