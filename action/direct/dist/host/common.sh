# Shared by begin.sh and probe.sh: reads what runs left behind. Changes nothing.
base=$dir/.houston
boot=-
{ read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null

say() { printf 'houston-%s %s\n' "$nonce" "$*" >&2; }

# Sets start and group of a process; fails when it is gone. What precedes the last ") " is its name.
started() {
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  set -f
  set -- ${stat##*) }
  set +f
  [ "$1" != Z ] || return 1
  group=$3 start=${20}
}

# True while a run's recipe lives, or another shell that is about to go on with it. Sets victim: what to signal, and recipe.
alive() {
  for file in pid.2 verdict pid begun; do
    { read -r p_pid p_start p_boot p_rest <"$1/$file"; } 2>/dev/null || continue
    [ "$p_boot" = "$boot" ] && [ "$p_pid" != $$ ] && started "$p_pid" && [ "$start" = "$p_start" ] || continue
    victim=$p_pid recipe=0
    case $file in pid*) victim=-$group recipe=1 ;; esac
    return 0
  done
  return 1
}

# A result counts only with its last word.
result() {
  r_kind='' r_end=''
  { read -r r_kind r_step r_code r_installed r_end <"$1/result"; } 2>/dev/null
  [ "$r_end" = end ]
}
