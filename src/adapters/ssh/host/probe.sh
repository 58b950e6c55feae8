# Says what this host runs. Changes nothing.
_main() {
  _say hello
  _had='' _older=- _end=''
  { read -r _had _at _older _end <"$_base/installed"; } 2>/dev/null
  [ "$_end" != end ] || _say installed "$_had"
  [ "$_end" != end ] || [ "$_older" = - ] || _say previous "$_older"
  # Written when a release arrived: what runs is older than what ran before it, so this host was taken back.
  _kept=$_base/sha256
  [ "$_end" = end ] && [ -e "$_kept.$_had" ] && [ -e "$_kept.$_older" ] && [ "$_kept.$_had" -ot "$_kept.$_older" ] && _say returned
  _link=$(readlink "$_dir/current" 2>/dev/null) && _say current "${_link##*/}"
  for _other in "$_base"/runs/*; do
    _result "$_other" || ! _alive "$_other" || _say live "${_other##*/}"
  done
  _newest=$(ls -1tc "$_base/runs" 2>/dev/null | head -n 1)
  [ -z "$_newest" ] || ! _result "$_base/runs/$_newest" || _say ended "$_r_kind"
  _say probed
  exit 0
}
