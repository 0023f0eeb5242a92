"""Names that would like to be more than names, to every format that claims are written in."""

SEEDS = [
    # Formulas
    *("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "'=1", "''+1", "=cmd|' /C calc'!A0"),
    *('=HYPERLINK("http://quokka.example","x")', "\ufeff=1", "\u200b=1", "\u00a0=1", "-"),
    # Quotes, separators and ends of lines
    *('"', '""', '"a","b"', "'", "a;b", "a,b", "a\nb", "a\r\nb", "a\n\nb", "a\u2028b", "a\x0bb", "\\n"),
    # LaTeX and BibTeX
    *(r"\input{/etc/passwd}", r"\write18{ls}", "100% sure", "a & b", r"\\[2em]", "$x^2$", "{", "}", "}}", "{{{", "#1"),
    *("~", "^^M", "--flag", "``quoted''", "?`", "!`", ",,", "[x]", "*x", r"\end{tabular}", "a\\", "a_b", "<<", "|"),
    *("@article{x,", "@comment{", "x = y", "Ada and Bob", "\\{", "\\"),
    # HTML
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></tr></table>", "&lt;b&gt;", "&amp;", "<!--"),
    *("-->", "]]>", '" onmouseover="x', "</style><style>*{display:none}", "</title>", "<b", "javascript:alert(1)"),
    # Markdown
    *("| a | b |", "[x](javascript:alert(1))", "![x](y)", "`code`", "**bold**", "_it_", "~~gone~~", "<https://e.example>"),
    *("a\\|b", "# heading", "---", "1. one", "- item", "> quoted", "&copy;", "$a$ and $b$", "\\*"),
    # Templates, SQL and scripts of the world
    *("{{ 7*7 }}", "{% raw %}", "{# no #}", "'; DROP VIEW x; --", "🦘", "👩‍🔬", "é", "模型", "нет", "\u202eabc"),
]  # fmt: skip
NAMES = list(dict.fromkeys([*SEEDS, *(f"Quokka {seed}" for seed in SEEDS)]))
