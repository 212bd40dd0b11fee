# Runs once, when the installed system boots from disk for the first time: says so, and removes itself.
turn=0
until ferric_send "$(cat /etc/ferric-first-boot)/booted"; do
    turn=$((turn + 1))
    [ "$turn" -lt 30 ] || break
    sleep 20
done
rm -f /etc/systemd/system/multi-user.target.wants/ferric-first-boot.service \
    /etc/systemd/system/ferric-first-boot.service /etc/ferric-first-boot
if [ -f /etc/rc.d/rc.local ]; then
    sed -i '/ferric-first-boot/d' /etc/rc.d/rc.local
fi
rm -f /usr/local/sbin/ferric-first-boot
