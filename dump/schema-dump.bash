# shellcheck shell=bash
# Completion of schema-dump for bash. Installed where bash-completion looks; or source it.

_schema_dump() {
    local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} values=
    local options='--path --check --data --schema --exclude --with-owner --with-acl --keep-definer
        --keep-batches --format --skip-unsupported --skip-broken --merge
        --prune --no-proof --archive --discard-data --data-from --allow-uncommitted --scratch-url --force
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
    --archive)
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
        ;;
    --format) values='sql json' ;;
    --data-from) values='live replay' ;;
    --data | --schema | --exclude | --scratch-url | -c | --connection | --url) return ;;
    *)
        [[ $current == -* ]] || return
        values=$options
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
}

complete -o default -F _schema_dump schema-dump
