# Shared by begin.sh and probe.sh: reads what runs left behind. Changes nothing. Every name of ours begins with "_": a team's
# script runs in a subshell of ours, where a function called "install" would take the place of that program.
_base=$_dir/.houston
_boot=-
{ read -r _boot </proc/sys/kernel/random/boot_id; } 2>/dev/null

_say() { printf 'houston-%s %s\n' "$_nonce" "$*" >&2; }

# Sets _pid, _start and _group of a process; fails when it is gone. What precedes the last ") " is its name.
_started() {
  { read -r _stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  _pid=${_stat%% *}
  set -f
  set -- ${_stat##*) }
  set +f
  [ "$1" != Z ] || return 1
  _group=$3 _start=${20}
}

# Prints the time, in ticks since the boot. In a subshell only: it is that one's age, a process that began just now.
_ticks() { _started self && echo "$_start"; }

# The first line of one of a run's files: who it is about. _p_step: its second line.
_read_who() {
  _p_step=
  { { read -r _p_pid _p_start _p_boot _p_rest _p_shell && { read -r _p_step || :; }; } <"$1"; } 2>/dev/null
}

# True while a run's recipe lives, or a shell that waits for its turn, or for a verdict to go on with. Sets _victim: what to
# signal, and _recipe. A shell that waits for its turn has nothing beside it yet, one that has a verdict may have daemons.
_alive() {
  for _file in pid.2 verdict awaiting begun; do
    _read_who "$1/$_file" || continue
    [ "$_p_boot" = "$_boot" ] && [ "$_p_pid" != $$ ] && _started "$_p_pid" && [ "$_start" = "$_p_start" ] || continue
    _victim=-$_group _recipe=1
    case $_file in
      verdict) _victim=$_p_pid _recipe=0 ;;
      awaiting)
        [ ! -e "$1/verdict" ] || continue
        _victim=$_p_pid _recipe=0
        ;;
      begun) [ -n "$_p_step" ] || _recipe=0 ;;
    esac
    return 0
  done
  return 1
}

# A result counts only with its last word.
_result() {
  _r_kind='' _r_end=''
  { read -r _r_kind _r_step _r_code _r_installed _r_end <"$1/result"; } 2>/dev/null
  [ "$_r_end" = end ]
}
