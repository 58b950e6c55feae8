# Says what this host runs. Changes nothing.
main() {
  say hello
  had='' end=''
  { read -r had at older end <"$base/installed"; } 2>/dev/null
  [ "$end" != end ] || say installed "$had"
  link=$(readlink "$dir/current" 2>/dev/null) && say current "${link##*/}"
  for other in "$base"/runs/*; do
    result "$other" || ! alive "$other" || say live "${other##*/}"
  done
  say probed
  exit 0
}
