import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{c as a}from"./chunk-JTLGASTA.mjs";import"./chunk-D4JBARRV.mjs";import{n as t,r as i,u as e}from"./chunk-F77VER7R.mjs";import"./chunk-GBFIHRHO.mjs";import"./chunk-IMI6HQNW.mjs";import"./chunk-BKGMS2SP.mjs";import"./chunk-TKKTUBC4.mjs";import{c as s}from"./chunk-VDYXPCEE.mjs";import"./chunk-ACG54ZVR.mjs";import"./chunk-T6QBT5XV.mjs";var h={name:"completion",example:"sao completion bash",arguments:[{name:"<shell>",description:`one of ${e.join(", ")}`,choices:e}],options:[],details:`Run this line to load the script, or add it to the shell's start file:
  bash  source <(sao completion bash)
  zsh   source <(sao completion zsh), after compinit
  fish  sao completion fish | source`,schema:t({shell:i(e),...a}),async handler({shell:o},n){return s({data:{shell:o,script:await n.writeCompletion(o)}})},render:({script:o})=>o};export{h as command};
