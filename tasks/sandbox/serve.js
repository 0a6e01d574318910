import { serveSandbox } from "../../dist/index.js";

await serveSandbox();
