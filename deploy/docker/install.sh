#!/bin/sh
# Installs one package of the repository for production: install.sh TARBALLS DESTINATION PACKAGE
#
# Packages of others come in the versions, and with the hashes, of package-lock.json; our own from the tarballs that
# `npm run pack` made, so that what runs is what would be published. DESTINATION gets node_modules and sbom.cdx.json.
set -eu
[ $# -eq 3 ] || { echo 'Usage: install.sh TARBALLS DESTINATION PACKAGE' >&2; exit 2; }
tarballs=$1 destination=$2 package=$3
cd "$(dirname "$0")/../.."
mkdir -p "$destination"

# npm ci asks for the manifest of every workspace that the lock file has.
cp package.json package-lock.json "$destination"
for manifest in packages/*/package.json plugins/*/package.json benchmarks/package.json; do
  mkdir -p "$destination/${manifest%/*}"
  cp "$manifest" "$destination/$manifest"
done
cd "$destination"
npm ci --workspace "$package" --omit=dev --ignore-scripts --no-audit --no-fund

# In place of each link into the repository, what is in the package's tarball, with what npm put beside it alone.
for link in node_modules/@sluice/*; do
  name=${link##*/}
  mkdir unpacked
  tar -xzf "$tarballs/sluice-$name"-[0-9]*.tgz --strip-components=1 --no-same-owner -C unpacked
  [ ! -d "$link/node_modules" ] || mv "$link/node_modules" unpacked
  rm "$link"
  mv unpacked "$link"
done
rm -r package.json package-lock.json packages plugins benchmarks node_modules/.bin node_modules/.package-lock.json

version=$(npm pkg get version --prefix "node_modules/$package" | tr -d '"')
printf '{ "name": "sluice-image", "version": "%s", "private": true, "dependencies": { "%s": "%s" } }\n' \
  "$version" "$package" "$version" >package.json
# Fails if anything is missing or superfluous. Not from the lock file: npm leaves out what development needs, too.
npm ls --all >/dev/null
npm sbom --sbom-format cyclonedx >sbom.cdx.json
chmod -R u=rwX,go=rX .
