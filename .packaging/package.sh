#!/bin/sh
# What a user without a Swift toolchain installs, from the programs in dist: coffer-VERSION-linux-MACHINE.tar.gz and, where
# dpkg-deb is, coffer_VERSION_ARCHITECTURE.deb. `make dist` runs it. The same programs make the same bytes, at any time.
#
#   packaging/package.sh FOLDER PACKAGE…    into FOLDER, with the licences of the Debian packages that are linked in
set -eu
umask 022
export LC_ALL=C TZ=UTC
output=$(realpath "$1")
shift
cd "$(dirname "$0")/.."

machine=$(uname -m)
version=$(dist/coffer --version)
version=${version#coffer }
if [ "$(dist/coffer-scan --version)" != "coffer-scan $version" ]; then
  echo "package: dist/coffer-scan is not of version $version: $(dist/coffer-scan --version)" >&2
  exit 1
fi

# The time of everything inside: https://reproducible-builds.org/specs/source-date-epoch/
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
  SOURCE_DATE_EPOCH=$(git -c safe.directory="$PWD" log -1 --format=%ct 2>/dev/null) || SOURCE_DATE_EPOCH=$(date -r CHANGELOG.md +%s)
fi
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f "$output"/coffer-*-linux-*.tar.gz "$output"/coffer_*.deb

# notices: whose code is in the programs, and under which terms.
notices() {
  echo "The programs hold parts of these, linked in statically."
  for package in "$@"; do
    [ -e "/usr/share/doc/$package/copyright" ] || continue
    printf '\n==== %s %s\n\n' "$package" "$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null)"
    cat "/usr/share/doc/$package/copyright"
  done
  toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v "${SWIFT:-swift}")")")")
  for licence in "$toolchain/share/swift/LICENSE.txt" .build/static/checkouts/swift-argument-parser/LICENSE.txt; do
    [ -e "$licence" ] || continue
    case $licence in *argument-parser*) name=swift-argument-parser ;; *) name="the Swift standard library" ;; esac
    printf '\n==== %s\n\n' "$name"
    cat "$licence"
  done
}

# stage FOLDER PREFIX: as `make install`, with documents.
stage() {
  "${MAKE:-make}" -s --no-print-directory -o dist install DESTDIR="$1" PREFIX="$2" >/dev/null
  documents="$1$2/share/doc/coffer"
  install -d "$documents"
  install -m 644 README.md CHANGELOG.md LICENSE "$documents/"
  install -m 644 "$work/notices" "$documents/THIRD-PARTY.txt"
}

notices "$@" >"$work/notices"

name="coffer-$version-linux-$machine"
stage "$work/archive" "/$name"
tar --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$work/archive" -cf - "$name" |
  gzip -9n >"$work/$name.tar.gz"
mv "$work/$name.tar.gz" "$output/"
echo "$output/$name.tar.gz"

command -v dpkg-deb >/dev/null || { echo "package: no dpkg-deb here, so no .deb" >&2; exit 0; }
case $machine in
x86_64) architecture=amd64 ;;
aarch64) architecture=arm64 ;;
*) architecture=$machine ;;
esac
maintainer="Coffer contributors <contributors@coffer.invalid>"
root="$work/package"
stage "$root" /usr
documents="$root/usr/share/doc/coffer"

# Debian Policy 12.5 to 12.7: the licence and the changelog in its own forms; manual pages compressed.
mv "$documents/LICENSE" "$work/licence"
{
  echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
  echo "Upstream-Name: coffer"
  echo "Comment: what is linked in, and under which terms, is in THIRD-PARTY.txt beside this file."
  echo
  echo "Files: *"
  sed -n 's/^Copyright (c) /Copyright: /p' "$work/licence"
  echo "License: Expat"
  sed -e '1,/^Copyright/d' "$work/licence" | sed -e '1{/^$/d}' -e 's/^$/./' -e 's/^/ /'
} >"$documents/copyright"
printf 'coffer (%s) unstable; urgency=medium\n\n  * CHANGELOG.md tells of it.\n\n -- %s  %s\n' \
  "$version" "$maintainer" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$documents/changelog.gz"
gzip -9n "$root"/usr/share/man/man1/*.1

install -d "$root/DEBIAN"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
cat >"$root/DEBIAN/control" <<END
Package: coffer
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -k -s --apparent-size "$root/usr" | cut -f 1)
Section: utils
Priority: optional
Description: keep an app's secrets, launch with them, find them in git history
 An encrypted vault in one file for the secrets of a project; a launcher that
 gives a command the secrets that it declares, and nothing else; a scanner
 that reads a whole git history for secrets that got away; and their guided
 replacement.
 .
 The programs are static: they need no library.
END
package="coffer_${version}_$architecture.deb"
# It takes SOURCE_DATE_EPOCH for all that is newer.
dpkg-deb --root-owner-group -Zxz --build "$root" "$work/$package" >/dev/null
mv "$work/$package" "$output/"
echo "$output/$package"
