#!/bin/sh
# Runs the attacks of one caller: `serve.sh FOLDER`. Each attack is FOLDER/N.sh; the answer is FOLDER/N.done. Ends when FOLDER/end is there.
box=$1
[ ! -e "$box/served" ] || exit 0
: >"$box/served"
trap 'echo "serve.sh ended with $? at attack $n" >>"$box/ended"' EXIT
for signal in HUP INT QUIT TERM; do trap "echo SIG$signal >>'$box/ended'; exit 1" $signal; done
n=0
until [ -e "$box/end" ]; do
  if [ -e "$box/$n.sh" ]; then
    timeout 90 sh "$box/$n.sh" >"$box/$n.out" 2>&1 </dev/null
    : >"$box/$n.done"
    n=$((n + 1))
  else
    sleep 0.02
  fi
done
if [ -n "$SAO_OUTPUT" ]; then printf '# Look\n\nAll is well.\n\n## Findings\n\nNothing was found.\n\n<!-- DONE -->\n' >"$SAO_OUTPUT"; fi
