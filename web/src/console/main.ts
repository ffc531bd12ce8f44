import { mount } from "svelte";

import "../ui/tokens.css";
import Console from "./Console.svelte";

mount(Console, { target: document.getElementById("app")! });
