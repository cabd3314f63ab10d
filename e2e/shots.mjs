// Pictures of screens, at three widths, light and dark, for people to look at. Taken where E2E_SHOTS names a folder.

import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** Where pictures go; empty where none are wanted. */
export const shotsDir = process.env.E2E_SHOTS ?? "";
if (shotsDir) mkdirSync(shotsDir, { recursive: true });

const sizes = [
  { width: 390, height: 844 },
  { width: 1024, height: 768 },
  { width: 1440, height: 900 },
];

/** Pictures of what `page` shows now. The window ends as it was. */
export async function shoot(page, screen) {
  if (!shotsDir) return;
  const before = page.viewportSize();
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(shotsDir, `${screen}-${size.width}-${colorScheme}.png`) });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
}
