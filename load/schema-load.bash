# shellcheck shell=bash
# Completion of schema-load for bash. Installed where bash-completion looks; or source it.

_schema_load() {
    local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
    local options='--path --verify --accept-modified --clone --clones --recreate --jobs --disable-locks --lock-wait --undo
        --ephemeral --map
        -c --connection --url --config --wait --create
        -q --quiet -v --verbose --json --no-color -h --help --version'

    # bash cuts --option=value into three words.
    if [[ $current == = ]]; then
        current=
    elif [[ $option == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    case $option in
    --path | --config)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    --clone | --clones | --jobs | --lock-wait | -c | --connection | --url) return ;;
    esac
    [[ $current == -* ]] && mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
}

complete -o default -F _schema_load schema-load
