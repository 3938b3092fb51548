#!/bin/sh
# A task of the campaign that tells the journal what it does: step.sh JOURNAL BEHAVIOUR SECONDS
journal=$1 behaviour=$2 seconds=$3

tell() { echo "$1 $WEIR_RUN_ID $WEIR_TASK $WEIR_ATTEMPT $WEIR_ATTEMPT_TOKEN" >>"$journal"; }

# Everything that an attempt starts holds this lock: whoever finds it taken is not alone.
exec 9>>"$journal.$WEIR_TASK.lock"
flock --nonblock 9 || tell overlap
tell begin
sleep "$seconds"
case $behaviour in
flaky*)
  failed=$(grep -cF "fail $WEIR_RUN_ID $WEIR_TASK " "$journal")
  [ "$failed" -ge "${behaviour#flaky}" ] || { tell fail; exit 1; }
  ;;
doomed) [ -e "$journal.mended" ] || { tell fail; exit 1; } ;;
stuck) sleep 60 ;;
esac
tell end
echo steady
