/** What is known of programs that read some of their arguments as code. */

/** Programs, and which of their options. */
export type ProgramOptions = ReadonlyArray<readonly [RegExp, RegExp]>;

/** Options of find, behind which stands what it runs. */
export const EXEC: RegExp = /^-(?:exec|execdir|ok|okdir)$/;

const PYTHON: RegExp = /^python[\d.]*$|^pypy\d*$/;
export const SHELLS: RegExp = /^(?:ba|da|a|k|z|fi|c|tc)?sh$/;
export const POWERSHELL: RegExp = /^(?:pwsh|powershell)(?:\.exe)?$/i;
/** What PowerShell has before a script, whose options are its own. */
export const POWERSHELL_FILE: RegExp = /^-(?:f|fi|fil|file)$/i;

/** Options whose value is code, in the same word or in the next one; see {@link LISTING}. */
export const CODE_OPTIONS: ProgramOptions = [
  [/^(?:ba|da|a|k|z|fi|c|tc)?sh$|^(?:su|busybox|runuser|script|flock)$/, /^-[A-Za-z]*c|^--command(?:=|$)/],
  [PYTHON, /^-[A-Za-z]*c/],
  [/^(?:node|nodejs|bun|deno)$/, /^(?:-e|-p|-pe|--eval|--print)(?:=|$)/],
  [/^(?:perl|ruby|lua|Rscript)[\d.]*$/, /^-[A-Za-z0-9]*[eE]/],
  [/^php[\d.]*$/, /^-[A-Za-z]*[rBRE]/],
  [/^psql$/, /^-[A-Za-z]*c|^--command(?:=|$)/],
  [/^(?:mysql|mysqlsh|mariadb|mongo|mongosh)$/, /^-[A-Za-z]*e|^--(?:execute|eval)(?:=|$)/],
  [/^ansible(?:-playbook)?$/, /^-[ea]|^--(?:extra-vars|args)(?:=|$)/],
  [/^(?:sed|gsed)$/, /^-[A-Za-z]*e|^--expression(?:=|$)/],
  [/^[gmn]?awk$/, /^-e|^--source(?:=|$)/],
  [/^find$/, EXEC],
  [/^env$/, /^-[iv0]*S|^--split-string(?:=|$)/],
  [/^g?make$/, /^-E|^--eval(?:=|$)/],
  [/^npm$/, /^-c(?:=|$)|^--call(?:=|$)/],
  [/^git$/, /^--(?:exec|exec-path|extcmd|upload-pack|receive-pack)(?:=|$)/],
  [/^sqlite3$/, /^--?cmd$/],
  [/^(?:clickhouse|clickhouse-client|clickhouse-local)$/, /^-q|^--query(?:=|$)/],
  [/^cqlsh$/, /^-e|^--execute(?:=|$)/],
  [
    /^(?:pwsh|powershell)(?:\.exe)?$/i,
    /^-(?:c|co|com|comm|comma|comman|command|cwa|commandwithargs|e|ec|en|enc|encodedcommand)$/i,
  ],
  [
    /^(?:bsd|g)?tar$/,
    /^-[A-Za-z]*I$|^-I|^--(?:use-compress-program|to-command|checkpoint-action|info-script|rsh-command)(?:=|$)/,
  ],
  [/^g?split$/, /^--filter(?:=|$)/],
  [/^g?sort$/, /^--compress-program(?:=|$)/],
  [/^rsync$/, /^-[A-Za-z]*e|^--(?:rsh|rsync-path)(?:=|$)/],
];
/** The same, if a certain word stands among those behind the program. */
export const SUBCOMMAND_OPTIONS: ReadonlyArray<readonly [programs: RegExp, options: RegExp, subcommands: RegExp]> = [
  [/^git$/, /^-[a-z]*x/, /^(?:rebase|difftool)$/],
  [/^git$/, /^-u/, /^clone$/],
  [/^aws$/, /^--(?:parameters|cli-input-json)(?:=|$)/, /^send-command$/],
  [/^az$/, /^--scripts?(?:=|$)/, /^run-command$/],
  [/^gcloud$/, /^--(?:command|ssh-flag)(?:=|$)/, /^ssh$/],
  [/^fly(?:ctl)?$/, /^-C|^--command(?:=|$)/, /^(?:ssh|console)$/],
];
/** Programs whose options take all words up to the next option. */
export const LISTING: RegExp = /^(?:aws|az)$/;
/** The same, but only before the first word that is no option: what is behind it is for another program, or means something else. */
export const LEADING_CODE_OPTIONS: ProgramOptions = [
  [/^npx$/, /^-c(?:=|$)|^--call(?:=|$)/],
  [/^git$/, /^-c$|^--config-env(?:=|$)/],
  [/^perl[\d.]*$/, /^-[mM]/],
  [/^(?:node|nodejs|bun)$/, /^(?:-r|--(?:require|import|loader|experimental-loader|preload))(?:=|$)/],
];
/** Commands of npm that run what `--call` says; it is nothing to the others. */
export const NPM_EXEC: RegExp = /^(?:exec?|x)$/;
/** Words in whose place a shell puts what is not written: it may be nothing, or several words. */
export const COMPUTED: RegExp = /[$`]/;
/** Words that a shell takes as they are, and no program for an option. */
export const PLAIN: RegExp = /^[\w./~][\w./~-]*$/;
/**
 * Programs whose options end where the script stands; what may stand before it: options that stand alone, and options
 * with a value in the next word. Others are not known: behind them a word may be a value, and no script.
 */
export const INTERPRETERS: ReadonlyArray<readonly [programs: RegExp, alone: RegExp, valued: RegExp]> = [
  [SHELLS, /^-[eluvx]+$/, /^-[eux]*o$/],
  [PYTHON, /^-[bBdEiIOPqsSuvx]+$/, /^-[WX]$/],
  [
    /^(?:node|nodejs)$/,
    /^--[a-z-]{1,40}=|^--no-|^--(?:enable-source-maps|expose-gc|inspect|inspect-brk|trace-warnings|trace-uncaught|trace-deprecation|preserve-symlinks|experimental-strip-types)$/,
    /^(?:-r|--require|--import)$/,
  ],
  [/^perl[\d.]*$/, /^-[tTwWX]+$|^-[ImM]./, /^-I$/],
  [/^ruby[\d.]*$/, /^-w$|^-[Ir]./, /^-[Ir]$/],
  [/^lua[\d.]*$/, /^-[EW]$/, /^-l$/],
  [/^php[\d.]*$/, /^-[nqC]+$|^-d./, /^-[cd]$/],
];
/** Modules of python that run no code by `-c`; behind `-m` and a module its own options are over. */
export const MODULES: readonly [RegExp, RegExp] = [PYTHON, /^(?:pip|venv|pytest|alembic|build|twine)$/];
export const PYTHON_MODULE: RegExp = /^-[A-Za-z]*m/;
/** What node debugs, options and all. */
export const DEBUGGING: RegExp = /^(?:inspect|debug)$/;
/** Settings for `git -c` that no code is read from. */
export const HARMLESS_SETTING: RegExp = /^(?:user\.(?:name|email)|http\.(?:.*\.)?extraheader)=/i;

/** Programs of ssh, and their option for a setting: some settings are commands. Flags may stand before it in its word. */
export const SSH_SETTING: readonly [RegExp, RegExp] = [
  /^(?:ssh|scp|sftp|autossh)$/,
  /^-[0-9AaCfGgKkMNnpqrsTtVvXxYy]*o/,
];

/** Programs that read all their arguments as code, or the first that is no option. */
export const ALL_CODE: RegExp = /^(?:eval|source|\.|trap|alias|let|watch|parallel)$/;
export const FIRST_CODE: RegExp = /^(?:[gmn]?awk|g?sed|(?:go)?jq|jaq|yq)$/;
/** Programs that read as code what is behind their first argument. */
export const LATER_CODE: RegExp = /^(?:sqlite3|duckdb)$/;
export const JQ: RegExp = /^(?:(?:go)?jq|jaq|yq)$/;
/** What yq may have before its program. */
export const YQ_COMMAND: RegExp = /^(?:e|ea|eval|eval-all)$/;
export const AWK: RegExp = /^[gmn]?awk$/;
/** Options of awk for what it takes as it is, in the next word. */
export const AWK_VARIABLE: RegExp = /^(?:-v|--assign)$/;
export const AWK_SEPARATOR: RegExp = /^(?:-F|--field-separator)$/;
/** What sed has on a BSD to take the suffix of a backup, and what no sed reads as code. */
export const IN_PLACE: RegExp = /^-[A-Za-z]*i$/;
export const BACKUP_SUFFIX: RegExp = /^(?:\.\w*)?$/;
/** Options of jq that are followed by a name and a value, neither of which is code. */
export const NAMED_VALUE: RegExp = /^--(?:arg|argjson|argfile|slurpfile|rawfile)$/;
/** A program that reads each argument as a target or as a variable, and what a variable is set to as code. */
export const MAKE: RegExp = /^g?make$/;

/** What a shell has to set variables with. */
export const DECLARING: RegExp = /^(?:export|readonly|declare|typeset|local)$/;
/** Options by which some compute the value, take it for a name or split it: it is code to them then. */
export const COMPUTING: readonly [RegExp, RegExp] = [/^(?:declare|typeset|local)$/, /^-[A-Za-z]*[aAin]/];
/** What `[[` computes its operands for. */
export const ARITHMETIC: RegExp = /^-(?:eq|ne|lt|le|gt|ge)$/;

/** Programs that run the program that they are given. */
export const WRAPPERS: RegExp =
  /^(?:sudo|doas|env|nohup|setsid|exec|command|builtin|time|nice|ionice|xargs|timeout|stdbuf|chroot|unshare|npx|bunx|uvx)$/;
/** Programs that have such a program among their commands. Of others the same word means something else, as in `docker exec`. */
export const PACKAGED: ReadonlyArray<readonly [programs: RegExp, commands: RegExp]> = [
  [/^(?:npm|pnpm|yarn|bun|bundle|bundler)$/, /^(?:exec?|x|dlx)$/],
  [/^(?:rbenv|pyenv|asdf|mise|opam|lerna)$/, /^exec$/],
  [/^(?:pipx|poetry|pipenv|pdm|uv)$/, /^run$/],
];
/** Options whose value is a program or the package of one, in the same word. */
export const NAMING_OPTION: ProgramOptions = [
  [/^(?:npx|bunx|exec?|x|dlx)$/, /^(?:-p|--package)=/],
  [/^uvx$/, /^--(?:from|with)=/],
  [/^(?:docker|podman|nerdctl)$/, /^--entrypoint=/],
];
/** Options that are followed by one. */
export const NAMING_NEXT: ProgramOptions = [[/^(?:docker|podman|nerdctl)$/, /^--entrypoint$/]];
/** Programs that do so behind another word: a length of time, a folder or a file. */
export const RUNNING_SECOND: RegExp = /^(?:timeout|chroot|flock)$/;
/** What hands over a command behind `--`. */
export const FORWARDING: RegExp = /^(?:kubectl|oc|exec)$/;
/** What has a program behind `--`, and by which of its commands: to the others it ends the options. */
export const FORWARDED: ReadonlyArray<readonly [programs: RegExp, commands: RegExp]> = [
  [/^(?:kubectl|oc)$/, /^(?:exec|run|debug|rsh)$/],
  [/^(?:lxc|incus|aws-vault|chamber)$/, /^exec$/],
];
/** Programs that start others elsewhere, and may be given variables for them. */
export const CONTAINING: RegExp = /^(?:docker|podman|nerdctl|docker-compose|kubectl|oc)$/;
export const CONTAINED_VARIABLE: RegExp = /^(?:--env=|-[dit]*e=?)/;
/** The same, alone. */
export const CONTAINED_NEXT: RegExp = /^(?:--env|-[dit]*e)$/;
/** Programs whose `exec` has a container and a program behind it, or which are told of one by an option. */
export const CONTAINER_EXEC: RegExp = /^(?:docker|podman|nerdctl|docker-compose|compose)$/;
/** Programs that are looked for only where a program stands: their names are also those of packages, pods and the like. */
export const PLACED: RegExp = /^(?:(?:go)?jq|jaq|yq|git|g?make|np[mx]|bunx|uvx|scp|sftp|sqlite3|duckdb)$/;
/** Words between such a program and the one that it runs. */
export const BETWEEN: RegExp = /^-|^[A-Za-z_]\w*=|^\d+[a-z]?$/;
/** Options that take a value of their own, which is neither the program nor the code that is looked for. */
export const VALUED: ProgramOptions = [
  [/^(?:sudo|doas)$/, /^-[A-Za-z]*[CDghpRrTtUu]$|^--(?:user|group|host|prompt|chdir|chroot|role|type|other-user)$/],
  [/^env$/, /^-[A-Za-z]*[uC]$|^--(?:unset|chdir)$/],
  [/^exec$/, /^-[cl]*a$/],
  [/^time$/, /^-[A-Za-z]*[fo]$|^--(?:format|output)$/],
  [/^ionice$/, /^-[A-Za-z]*[cn]$|^--class$/],
  [/^xargs$/, /^-[A-Za-z0-9]*[adEI]$|^--(?:arg-file|delimiter)$/],
  [/^timeout$/, /^-[A-Za-z]*[ks]$|^--(?:kill-after|signal)$/],
  [/^stdbuf$/, /^-[ioe]$|^--(?:input|output|error)$/],
  [/^unshare$/, /^-[A-Za-z]*[RSGw]$|^--(?:root|wd|setuid|setgid)$/],
  [/^flock$/, /^-[A-Za-z]*[Ew]$|^--(?:wait|timeout|conflict-exit-code)$/],
  [/^npx$/, /^-[pw]$|^--(?:package|workspace|prefix|cache|registry|loglevel)$/],
  [/^[gmn]?awk$/, /^-[bcCghIkMnNOPrsStV]*[FvilW]$|^--(?:field-separator|assign|include|load)$/],
  [/^(?:(?:go)?jq|jaq)$/, /^-[A-Za-z]*L$|^--(?:indent|library-path)$/],
  [/^yq$/, /^-[A-Za-z]*[ILops]$|^--(?:indent|library-path|input-format|output-format|split-exp|front-matter)$/],
  [/^(?:sqlite3|duckdb)$/, /^--?(?:cmd|init|newline|nullvalue|separator|vfs)$/],
  [/^docker exec$/, /^-[dit]*[euw]$|^--(?:env|env-file|user|workdir|detach-keys|index)$/],
  [/^git$/, /^-[cC]$|^--(?:git-dir|work-tree|namespace|config-env|attr-source)$/],
  [/^g?make$/, /^-[BdehikLnpqrRsStvw]*[CfIoW]$|^--(?:directory|file|makefile|include-dir)$/],
];
/** Programs that have a command of such a name: what they are given is for it only behind `--`. */
export const REACHING: RegExp = /^(?:gcloud|fly|flyctl)$/;
/** Options of rsync, behind which such a program is only named. */
export const RSYNC_SHELL: RegExp = /^-[A-Za-z]*e$|^--rsh$/;
/** Programs of which any argument may be a program that reads their input. */
export const ENTERING: RegExp = /^(?:docker|podman|nerdctl|docker-compose|ssh|rsh|mosh|autossh|nomad|lxc|incus)$/;
/** By which of their commands, but for {@link REMOTE}. */
export const ENTERING_BY: RegExp = /^(?:exec|run|start)$/;
export const REMOTE: RegExp = /^(?:ssh|rsh|mosh|autossh)$/;
/** Options of ssh that take a value of their own. */
export const SSH_VALUED: RegExp = /^-[A-Za-z]*[BbcDEeFIiJLlmOopQRSWw]$/;
