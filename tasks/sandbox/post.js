import { stopSandbox } from "../../dist/index.js";

await stopSandbox();
