# shellcheck shell=bash
# Completion of migrate for bash. Installed where bash-completion looks; or source it.

# Prints the options of a command, besides those that all have.
_migrate_options() {
    local writing='--schema-path --force --disable-locks --lock-wait --lock-timeout
        --statement-timeout --compact-output'
    local several='--all --jobs --continue-on-error'

    case $1 in
    run) echo "--dry-run --no-snapshot --seed --ephemeral --to --out-of-order --commit $writing $several" ;;
    rollback) echo "--step --batch --dry-run $writing $several" ;;
    reset | wipe) echo "--dry-run $writing $several" ;;
    refresh) echo "--seed $writing $several" ;;
    fresh) echo "--no-snapshot --seed $writing $several" ;;
    status) echo "--exit-code --schema-path $several" ;;
    make) echo '--create --alter --path' ;;
    seed) echo "$writing $several" ;;
    adopt) echo "--from --dry-run $writing $several" ;;
    check) echo "--offline --replay --scratch-url --schema-path $several" ;;
    rebuild) echo "--scratch-url --schema-path $several" ;;
    repair) echo "--accept --forget --rename --resume-at $writing $several" ;;
    squash) echo "--until --keep --data --from-files --check-connection --no-proof --archive --discard-data
        --data-from --allow-uncommitted --scratch-url --dry-run $writing $several" ;;
    init) echo '--git' ;;
    unlock) echo "--force $several" ;;
    esac
}

# Prints the command among the words before the current one.
_migrate_command() {
    local i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -c | --connection | --url | --config)
            ((i++))
            [[ ${COMP_WORDS[i]} == = ]] && ((i++))
            ;;
        -* | =) ;;
        *)
            echo "${COMP_WORDS[i]}"
            return
            ;;
        esac
    done
}

_migrate() {
    local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} values=
    local commands='run rollback reset refresh fresh wipe status make seed adopt check rebuild repair squash unlock init'
    local options='-c --connection --url --config --wait --create
        -q --quiet -v --verbose --json --no-color -h --help --version'
    local command
    command=$(_migrate_command)

    # bash cuts --option=value into three words.
    if [[ $current == = ]]; then
        current=
    elif [[ $option == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    case $command:$option in
    make:--path | squash:--archive)
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
        ;;
    *:--config | *:--schema-path)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    *:--out-of-order) values='error warn allow' ;;
    adopt:--from) values='dbmate golang-migrate goose diesel flyway prisma lucid rails sqlx' ;;
    squash:--data-from) values='live replay' ;;
    make:--create) return ;;
    *:--to | *:--step | *:--batch | *:--alter | *:--accept | *:--forget | *:--rename | *:--resume-at | \
        *:--until | *:--keep | *:--data | *:--check-connection | *:--scratch-url | \
        *:--jobs | *:--lock-wait | *:--lock-timeout | *:--statement-timeout | *:-c | *:--connection | *:--url)
        return
        ;;
    *)
        if [[ $current == -* ]]; then
            values="$(_migrate_options "$command") $options"
        elif [[ -z $command ]]; then
            values=$commands
        else
            return
        fi
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
}

complete -o default -F _migrate migrate
