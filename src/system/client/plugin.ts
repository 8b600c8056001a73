import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The client's name of an agent definition of a plugin. The client puts the name of the plugin's own manifest in front, also if a marketplace
 * lists the plugin under another name. Undefined if the folder has no such plugin or no such definition.
 */
export function nameAgentDefinition(pluginFolder: string, definition: string): string | undefined {
  if (!/^[a-z-]+$/.test(definition)) return undefined;
  if (!existsSync(join(pluginFolder, 'agents', `${definition}.md`))) return undefined;
  const name = readPluginName(pluginFolder);
  return name === undefined ? undefined : `${name}:${definition}`;
}

function readPluginName(pluginFolder: string): string | undefined {
  try {
    const text = readFileSync(join(pluginFolder, '.claude-plugin', 'plugin.json'), 'utf8');
    const manifest = JSON.parse(text) as { name?: unknown } | null;
    return typeof manifest?.name === 'string' && manifest.name !== '' ? manifest.name : undefined;
  } catch {
    return undefined;
  }
}
