"""What the pages of the section Market draw of sizes, competitors and users."""
