# What packaging/run, packaging/test and packaging/prove share. Sourced, not run.
# Everything here is safe to do twice and says what it does.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '== %s\n' "$*"; }
stop() { printf 'packaging: %s\n' "$*" >&2; exit 2; }

# need_rust: the toolchain is the one thing that is not installed for you.
need_rust() {
  local wanted have
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  command -v cargo >/dev/null && command -v rustc >/dev/null ||
    stop "Rust $wanted or newer is missing: install it with rustup (https://rustup.rs), open a new shell and run this again."
  have=$(rustc --version | awk '{print $2}')
  [[ $(printf '%s\n%s\n' "$wanted" "$have" | sort -V | head -n1) == "$wanted" ]] ||
    stop "Rust $have is too old, $wanted or newer is needed: run 'rustup update stable' and run this again."
}

# need_packages NAME...: installs those that are missing. NAME1|NAME2 means the first of them that exists here
# (some names differ between Debian 12 and Ubuntu 24.04).
need_packages() {
  command -v dpkg-query >/dev/null || { say "no dpkg here; make sure that these are installed: $*"; return; }
  local missing=() want name known
  for want in "$@"; do
    known=
    IFS='|' read -ra names <<<"$want"
    for name in "${names[@]}"; do
      if [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]]; then known=installed; break; fi
    done
    [[ $known == installed ]] || missing+=("$want")
  done
  ((${#missing[@]})) || { say "system packages are all there"; return; }
  local sudo=()
  if ((EUID)); then
    command -v sudo >/dev/null || stop "these system packages are missing, ask an administrator to install them: ${missing[*]}"
    sudo=(sudo)
  fi
  say "installing system packages: ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  local chosen=()
  for want in "${missing[@]}"; do
    IFS='|' read -ra names <<<"$want"
    name=${names[0]}
    for known in "${names[@]}"; do
      if [[ $(apt-cache policy "$known" 2>/dev/null | awk '/Candidate:/{print $2}') =~ ^[0-9] ]]; then name=$known; break; fi
    done
    chosen+=("$name")
  done
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${chosen[@]}" >/dev/null ||
    stop "the system packages could not be installed: ${chosen[*]}"
}

# Compilers and headers (OpenSSL's own build needs perl and make; the camera crate needs libclang).
build_packages=(gcc libc6-dev make perl pkg-config libclang-dev libasound2-dev python3 python3-pip ca-certificates)
# What the window loads at run time, and a Chinese face.
window_packages=(libxkbcommon0 libxkbcommon-x11-0 libx11-6 libxcursor1 libxi6 libxrandr2 libegl1 libgl1
  libgl1-mesa-dri libvulkan1 mesa-vulkan-drivers fonts-wqy-microhei)
# What the tests use: a display without a screen, a hand for it, and the public tools that open our files.
test_packages=(xvfb xdotool imagemagick age minisign unzip zip python3-venv dbus-daemon gnome-keyring)

need_models() { ./packaging/fetch-models; }

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}
