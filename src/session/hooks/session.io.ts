import { plainText } from '../../findings/plain-text.ts';
import { nextActionTexts } from '../../run/dispatch/wording.ts';
import { isActive } from '../../run/ledger/locate.io.ts';
import { readManifest } from '../../run/ledger/store.io.ts';
import { addContext, type HookAnswer, type HookInput } from './protocol.ts';
import { runsOf } from './who.io.ts';

/** After a compaction or a resume, adds the session's unfinished runs to its context, and that `sao next` resumes them. */
export function onSessionStart(
  input: HookInput,
  env: Readonly<Record<string, string | undefined>>,
): HookAnswer {
  const lines = runsOf(input, env)
    .filter(isActive)
    .map((dir) => readManifest(dir))
    .flatMap((manifest) =>
      manifest.ok ? [nextActionTexts.underWay(manifest.value.id, plainText(manifest.value.task, 120))] : [],
    );
  return lines.length > 0 ? addContext(lines.join('\n')) : undefined;
}
