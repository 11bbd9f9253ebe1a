#!/bin/sh
# Makes the README's pictures, docs/*.png, from what the programs in build/ really print. Icons are drawn with the
# symbols of the Nerd Fonts (npm: @azurity/pure-nerd-font), which nothing else here needs.
set -eu
cd "$(dirname "$0")/.."
packaging/deps.sh pictures

work=$PWD/build/pictures
mkdir -p "$work/fonts"
if [ ! -f "$work/fonts/PureNerdFont.ttf" ]; then
    npm install --silent --no-save --ignore-scripts --prefix "$work" @azurity/pure-nerd-font@3.0.5
    cp "$work/node_modules/@azurity/pure-nerd-font/PureNerdFont.woff2" "$work/fonts/"
    woff2_decompress "$work/fonts/PureNerdFont.woff2"
    rm "$work/fonts/PureNerdFont.woff2"
fi
cat > "$work/fonts.conf" <<EOF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <dir>$work/fonts</dir>
  <cachedir>$work/cache</cachedir>
</fontconfig>
EOF

# Makes docs/NAME.png of an SVG.
png() {
    FONTCONFIG_FILE=$work/fonts.conf rsvg-convert --zoom 1.25 "$work/$1.svg" -o "docs/$1.png"
    echo "docs/$1.png"
}

# Draws a gallery: the file's name, then the arguments of `tacho demo`.
picture() {
    name=$1
    shift
    TZ=UTC build/bin/tacho demo --color "$@" | python3 packaging/picture.py --gallery > "$work/$name.svg"
    png "$name"
}

picture presets --theme tokyo-night --charset nerd --columns 116
picture themes --preset powerline --charset nerd --columns 100

packaging/picture_watch.py | python3 packaging/picture.py > "$work/watch.svg"
png watch
