import { countOf } from '../../../findings/words.ts';
import { isSample, isTest, isVendored } from '../../../source/kinds.ts';
import { languageOf } from '../../../source/languages.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { judgeDockerfile } from './container-rules.ts';
import { isDeployment, judgeDeployment } from './deployment-rules.ts';
import { judgeActions, judgeWorkflow, readWorkflow, type Workflow } from './workflow-rules.ts';

const WORKFLOW = /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$|(?:^|\/)action\.ya?ml$/;

/** Reports rights that workflows, Dockerfiles, deployments and file modes give away. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const own = tree.files.filter(({ path }) => !isVendored(path) && !isTest(path) && !isSample(path));
  const sources = own.filter(({ path }) => WORKFLOW.test(path));
  const workflows = sources.map(readWorkflow).filter((w): w is Workflow => w !== undefined);
  const dockerfiles = own.filter(
    ({ path }) => languageOf(path) === 'docker' && !/(?:^|\/)\.[^/]+(?:\/|$)/.test(path),
  );
  const deployments = own.filter(
    (file) => /\.ya?ml$/.test(file.path) && isDeployment(file.path, file.text() ?? ''),
  );
  const writable = judgeModes(tree.files);
  const hits = [
    ...workflows.flatMap(judgeWorkflow),
    ...judgeActions(workflows),
    ...dockerfiles.flatMap(judgeDockerfile),
    ...deployments.flatMap(judgeDeployment),
    ...writable.hits,
  ];
  const read = [
    countOf(workflows.length, 'workflow'),
    countOf(dockerfiles.length, 'Dockerfile'),
    countOf(deployments.length, 'deployment file'),
  ];
  const notes = [`Read ${read.join(', ')}.`, ...writable.notes];
  const broken = sources.length - workflows.length;
  if (broken > 0) notes.push(`${countOf(broken, 'workflow')} could not be read as YAML.`);
  return reportHits(hits, notes);
}

// On a file system that grants all rights (a mounted Windows disk), modes do not come from the project.
function judgeModes(files: readonly SourceFile[]): { hits: Hit[]; notes: string[] } {
  const open = files.filter(({ mode = 0 }) => (mode & 0o002) !== 0);
  if (open.length > 1 && open.length * 2 > files.length) {
    return {
      hits: [],
      notes: ['Most files are writable by every user, so file permissions were not checked.'],
    };
  }
  const hits = open.map(
    ({ path }): Hit => ({
      rule: 'world-writable',
      severity: 'minor',
      title: 'world-writable: every user of this machine can change the file',
      path,
      detail: 'Another user of the machine can change the file; remove the right with chmod o-w.',
    }),
  );
  return { hits, notes: [] };
}
