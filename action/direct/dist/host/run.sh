# The recipe on one host, detached from its caller. Output goes to the limiter, markers to fd 9, the outcome to the result file.
part=$1
trap '' HUP PIPE
trap stopped TERM
base=$dir/.houston
run=$base/runs/$rollout.$attempt
target=$dir/releases/$release
# Who runs this part, in its first line, and then the steps.
course=$run/pid
[ "$part" = 1 ] || course=$run/pid.$part
step=-

# Whoever listened may be gone: that is no trouble of the recipe.
tell() { { printf 'houston-%s %s\n' "$nonce" "$*" >&9; } 2>/dev/null; }

# Keeps what counts first, then tells whoever still listens. A result that is there already stands.
finish() {
  set -C
  { printf '%s %s %s %s end\n' "$1" "$step" "$2" "$3" >"$run/result"; } 2>/dev/null
  tell ran "$1" "$step" "$2"
  exit 0
}

# TERM reaches the whole group: from the deadline, or from a newer rollout that left a stop file.
stopped() {
  trap '' TERM
  kind=timeout
  [ ! -e "$run/stop" ] || kind=interrupted
  (finish "$kind" 0 -)
  kill -s KILL 0
}

enter() {
  step=$1
  printf '%s\n' "$1" >>"$course"
  tell step "$1"
}

# A team's script: in a subshell, with signals as they were, and nothing of ours but its variables: a function of ours would
# take the place of a program of that name, install(1) for one.
user() {
  (
    trap - HUP PIPE TERM
    exec </dev/null 9>&-
    cd "$2" || exit 1
    forget
    variables
    unset -f forget variables
    set -e
    eval "set --; $1"
  )
  code=$?
  [ "$code" -eq 0 ] || finish failed "$code" -
}

scripted() {
  [ -z "$2" ] || { enter "$1"; user "$2" "$3"; }
}

must() {
  "$@" </dev/null 9>&- || finish failed $? -
}

download() {
  if command -v curl >/dev/null; then must curl -fsSL --retry 2 -o "$1" --url "$url"
  else must wget -q -O "$1" "$url"; fi
  sum=$(sha256sum <"$1")
  [ "${sum%% *}" = "$sha" ] || { echo "the download has another SHA-256: ${sum%% *}"; rm -f "$1"; finish failed 1 -; }
}

# What runs and transfers that were cut left behind.
sweep() {
  for file in "$dir"/releases/.[!.]*; do rm -rf "$file"; done
  for file in "$base"/incoming/*.tgz.*; do [ -d "/proc/${file##*.}" ] || rm -f "$file"; done
}

# Unpacked aside and renamed, so that a release directory is complete or absent.
unpack() {
  tgz=$base/incoming/$sha.tgz
  aside=$dir/releases/.$release.$rollout.$attempt
  [ "$artefact" = push ] || { tgz=$tgz.$$; download "$tgz"; }
  sweep
  must mkdir -p "$aside"
  must tar -xzof "$tgz" -C "$aside" ${strip:+--strip-components="$strip"}
  must mv -T "$aside" "$target"
  printf '%s\n' "$sha" >"$base/sha256.$release"
  rm -f "$tgz"
}

fetch() {
  if [ "$artefact" != none ]; then
    had=$sha
    if [ ! -d "$target" ]; then enter fetch; unpack
    else { read -r had <"$base/sha256.$release"; } 2>/dev/null; fi
    [ "$had" = "$sha" ] || { enter fetch; echo "release $release is on this host with other contents: give the new ones another name"; finish failed 1 -; }
  fi
  scripted fetch "$s_fetch" "$target"
}

switch() {
  [ ! "$dir/current" -ef "$target" ] || return 0
  enter switch
  must ln -sfn "releases/$release" "$dir/.current.$$"
  must mv -T "$dir/.current.$$" "$dir/current"
}

attempt_command() {
  timeout -k 5 "$v_limit" sh -c "$v_script" </dev/null 9>&-
}

validate_command() {
  enter validate
  tries=0
  until (trap - HUP PIPE TERM; cd "$target" || exit 1; variables; v_script="set -e
$s_validate"; attempt_command); do
    code=$?
    [ "$tries" -lt "$v_retries" ] || finish failed "$code" -
    tries=$((tries + 1))
    sleep "$v_interval" 9>&-
  done
}

# What the host runs, written down and then read back from where the next reader will look.
install() {
  previous=- old=- older=- end=
  { read -r old at older end <"$base/installed"; } 2>/dev/null
  if [ "$end" = end ]; then
    previous=$old
    [ "$old" != "$release" ] || previous=$older
  fi
  printf '%s %s %s end\n' "$release" "$rollout" "$previous" >"$base/installed" || finish failed 1 -
  got='' end=''
  { read -r got at older end <"$base/installed"; } 2>/dev/null
  [ "$end" = end ] && [ "$got" = "$release" ] && [ "$dir/current" -ef "$dir/releases/$got" ] ||
    { echo 'current is not the release that was installed'; finish failed 1 -; }
}

# Prints the names in a directory that are older than the newest $2.
surplus() { ls -1tc "$1" | tail -n "+$(($2 + 1))"; }

count() { total=$#; }

cleanup() {
  count "$dir"/releases/*
  if [ "$total" -gt "$keep" ]; then
    enter cleanup
    surplus "$dir/releases" "$keep" | while read -r name; do
      [ "$name" = "$release" ] || [ "$name" = "$previous" ] || rm -rf "$dir/releases/$name" "$base/sha256.$name"
    done
  fi
  count "$base"/runs/*
  [ "$total" -le 20 ] || surplus "$base/runs" 10 | while read -r name; do
    [ ! -e "$base/runs/$name/result" ] || rm -rf "$base/runs/$name"
  done
  count "$base"/fence.*
  [ "$total" -le 20 ] || for file in "$base"/fence.*; do
    [ "${file##*/fence.}" -ge "$epoch" ] || rm -f "$file"
  done
}

# For hosts whose timeout(1) cannot do it.
watch_over() {
  (
    exec >/dev/null 2>&1 9>&-
    left=$1
    while [ "$left" -gt 0 ]; do
      sleep 1
      kill -0 $$ || exit
      left=$((left - 1))
    done
    trap '' TERM
    kill -s TERM 0
    sleep 10
    kill -s KILL 0
  ) &
}

recipe_start() {
  scripted preflight "$s_preflight" "$dir"
  fetch
  scripted drain "$s_drain" "$target"
  scripted stop "$s_stop" "$target"
  switch
  scripted start "$s_start" "$target"
  [ -z "$s_validate" ] || validate_command
  if [ "$v_remote" = 1 ]; then
    enter validate
    : >"$run/awaiting" || finish failed 1 -
    tell ran awaiting
    exit 0
  fi
}

recipe_end() {
  scripted undrain "$s_undrain" "$target"
  install
  cleanup
  finish ok 0 "$got"
}

# A newer rollout may have come, or given this run up, while it was being started.
may_run() {
  read -r stat </proc/self/stat || exit 1
  read -r boot </proc/sys/kernel/random/boot_id
  pid=${stat%% *}
  stat=${stat##*) }
  set -f
  set -- $stat
  set +f
  printf '%s\n' "$pid ${20} $boot $seconds" >"$course" || finish failed 1 -
  for file in "$base"/fence.*; do
    [ "${file##*/fence.}" -le "$epoch" ] || finish fenced 0 -
  done
  [ ! -e "$run/result" ] || exit 0
}

main() {
  may_run
  [ "$2" = 0 ] || watch_over "$2"
  [ "$part" = 2 ] || recipe_start
  recipe_end
}
