/** With the word at the cursor last. Without a candidate the shell completes names of files. */
const BASH = `# bash completion of edgeloop: edgeloop completion bash
_edgeloop() {
  local line candidates=()
  # ":" parts words for readline, but not for edgeloop.
  local words cword cur=\${COMP_WORDS[COMP_CWORD]}
  words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  while IFS=$'\\t' read -r line _; do
    candidates+=("$line")
  done < <(edgeloop complete -- "\${words[@]}" 2>/dev/null)
  COMPREPLY=()
  for line in "\${candidates[@]}"; do
    [[ $line == "$cur"* ]] && COMPREPLY+=("$line")
  done
}
complete -o default -F _edgeloop edgeloop
`;

const ZSH = `#compdef edgeloop
# zsh completion of edgeloop: edgeloop completion zsh
_edgeloop() {
  local line
  local -a candidates
  while IFS= read -r line; do
    # _describe parts a candidate from its description by ":".
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(edgeloop complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then
    _describe edgeloop candidates
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_edgeloop" ]; then
  _edgeloop "$@"
else
  compdef _edgeloop edgeloop
fi
`;

const FISH = `# fish completion of edgeloop: edgeloop completion fish
function __edgeloop_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l word (commandline --cut-at-cursor --current-token)
    edgeloop complete -- $words[2..-1] "$word" 2>/dev/null
end
complete --command edgeloop --arguments '(__edgeloop_complete)'
`;

export const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;
