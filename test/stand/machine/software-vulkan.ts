import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** SwiftShader, a GPU made of software: slow, and the same everywhere. */
const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const LOADER = '/usr/lib/x86_64-linux-gnu/libvulkan.so.1';

/** For tap's `skip`: a word where Debian's packages are missing. CI must have them. */
export const softwareVulkanMissing =
  process.env.CI !== 'true' && !(existsSync(DRIVER) && existsSync(LOADER))
    ? 'needs chromium and libvulkan1'
    : false;

/** From now on processes that this one starts find no other driver. */
export async function useSoftwareVulkan(): Promise<void> {
  process.env.VK_ICD_FILENAMES = DRIVER;
  process.env.XDG_RUNTIME_DIR = await mkdtemp(join(tmpdir(), 'edgeloop-vulkan-'));
}
