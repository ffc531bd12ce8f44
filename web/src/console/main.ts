import "./guard";

import { mount } from "svelte";

import "../ui/tokens.css";
import "./console.css";
import "./controls.css";
import Console from "./Console.svelte";
import { restoreLanguage } from "./language";

restoreLanguage();
mount(Console, { target: document.getElementById("app")! });
