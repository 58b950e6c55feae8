# Says what this host runs. Changes nothing.
main() {
  say hello
  had='' older=- end=''
  { read -r had at older end <"$base/installed"; } 2>/dev/null
  [ "$end" != end ] || say installed "$had"
  [ "$end" != end ] || [ "$older" = - ] || say previous "$older"
  # Written when a release arrived: what runs is older than what ran before it, so this host was taken back.
  kept=$base/sha256
  [ "$end" = end ] && [ -e "$kept.$had" ] && [ -e "$kept.$older" ] && [ "$kept.$had" -ot "$kept.$older" ] && say returned
  link=$(readlink "$dir/current" 2>/dev/null) && say current "${link##*/}"
  for other in "$base"/runs/*; do
    result "$other" || ! alive "$other" || say live "${other##*/}"
  done
  newest=$(ls -1tc "$base/runs" 2>/dev/null | head -n 1)
  [ -z "$newest" ] || ! result "$base/runs/$newest" || say ended "$r_kind"
  say probed
  exit 0
}
