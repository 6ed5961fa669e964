# Sourced by ./run and ./test: makes sure that there is a .NET SDK new enough for global.json.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

require_dotnet() {
    local needed=10 version
    if ! command -v dotnet >/dev/null; then
        if [ -x "$HOME/.dotnet/dotnet" ]; then
            PATH="$HOME/.dotnet:$PATH"
        elif [ -x /usr/share/dotnet/dotnet ]; then
            PATH="/usr/share/dotnet:$PATH"
        else
            dotnet_advice "Vigil needs the .NET $needed SDK, and there is no dotnet here."
        fi
    fi
    version=$(dotnet --version 2>/dev/null || true)
    if ! [ "${version%%.*}" -ge "$needed" ] 2>/dev/null; then
        dotnet_advice "Vigil needs the .NET $needed SDK; what is here is: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' ')"
    fi
}

dotnet_advice() {
    cat >&2 <<TEXT
$1
Install it for this user alone (no root needed):
  curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0
or for the machine, on Debian 12:
  curl -fsSLO https://packages.microsoft.com/config/debian/12/packages-microsoft-prod.deb
  sudo dpkg -i packages-microsoft-prod.deb && sudo apt-get update && sudo apt-get install -y dotnet-sdk-10.0
Then start again.
TEXT
    exit 3
}
