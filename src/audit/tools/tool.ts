import type { Severity } from '../../findings/finding.ts';
import type { ToolName } from '../../findings/tool-names.ts';
import type { DomainId } from '../check/domains.ts';

/** A finding in the report of a tool. */
export interface ToolFinding {
  /** The tool's own id of the rule. */
  rule: string;
  severity: Severity;
  /** The tool's own words. */
  message: string;
  /** What the rule is about, if the report describes it. */
  description?: string | undefined;
  /** A page about the rule. */
  url?: string | undefined;
  /** As in the report: relative to the folder in which the tool was started, or absolute. */
  path?: string | undefined;
  line?: number | undefined;
  cwe: readonly number[];
}

/** What a tool's report says. */
export interface ToolReading {
  findings: ToolFinding[];
  /** Files and parts that the tool could not examine. */
  unchecked: string[];
  /** Number of findings that a mark in the code or the tool's own configuration switches off. */
  suppressed: number;
  /** As the report names it. */
  version?: string | undefined;
}

/** Reads the report of a tool; undefined if the text is no report. */
export type ReportReader = (text: string) => ToolReading | undefined;

/** How the words of an argument list are filled in. `FILES`: the files to examine; `REPORT`: path of the report; `EMPTY`: path of an empty file. */
export type ToolArguments = readonly string[];

/** A program that examines a project. */
export interface Tool {
  id: ToolName;
  domain: DomainId;
  /** What it looks for, in a few words. */
  finds: string;
  /** The name of the program. */
  program: string;
  /** Arguments that print the version. */
  version: readonly string[];
  args: ToolArguments;
  /** The ending of the file `REPORT`, from which some tools choose their format. Without it the report is on standard output. */
  reportFile?: 'json' | 'sarif';
  read: ReportReader;
  /** Exit codes that come with a report, whether or not there are findings. */
  codes: readonly number[];
  /** Exit codes that mean that there was nothing to examine. */
  nothing?: readonly number[];
  /** The tool is started only if the project has a file with such a path. */
  files: RegExp;
  /** Scripts without an extension whose first line matches are files, too. */
  shebang?: RegExp;
  /** The tool is started once in the folder of each such file, instead of once at the top. Its first group is the folder. */
  folders?: RegExp;
  env?: Readonly<Record<string, string>>;
  /** Whether its configuration or plugins are code of the project, which it runs. */
  runsProjectCode?: boolean;
  /** Whether the project's own copy in node_modules/.bin may be started, with consent. */
  isNodePackage?: boolean;
  /** What it asks the network for. */
  network?: string;
  /** Decides the severity from the tool's finding; undefined leaves the finding out. */
  rate?: (finding: ToolFinding) => Severity | undefined;
  /** How to install it. */
  install: string;
}
